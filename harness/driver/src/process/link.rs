//! One process, or one connection to a process that somebody else started.

use super::Options;
use super::lines::{self, Line};
use super::tail::Tail;
use crate::{DriverError, StartError};
use process_wrap::std::{ChildWrapper, CommandWrap};
use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::{ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// Environment variable that tells a started process where to connect back to.
pub const CONNECT_VARIABLE: &str = "WIREPROOF_CONNECT";
/// Stands for that address in a command line.
pub const CONNECT_PLACEHOLDER: &str = "{connect}";
/// Starts a specification that waits for a process instead of starting one.
const LISTEN: &str = "listen:";

/// The way to a process and back.
#[derive(Debug)]
pub struct Link {
    child: Option<Box<dyn ChildWrapper>>,
    socket: Option<TcpStream>,
    /// To the writing thread, so that a process that does not read cannot block the harness.
    requests: Option<Sender<Vec<u8>>>,
    /// From the reading thread.
    pub lines: Receiver<Line>,
    stderr: Tail,
}

impl Link {
    /// Starts or awaits the process of `spec`.
    pub fn open(spec: &str, options: &Options) -> Result<Self, DriverError> {
        let failed = |reason| DriverError::Start { spec: spec.to_owned(), reason };
        if let Some(address) = spec.strip_prefix(LISTEN) {
            let listener = TcpListener::bind(address)
                .map_err(|error| failed(StartError::Listen(error.kind())))?;
            return Self::accept(listener, None, Tail::default(), options).map_err(failed);
        }
        if spec.contains(CONNECT_PLACEHOLDER) {
            return Self::connected_back(spec, options).map_err(failed);
        }
        let (mut child, stderr) =
            spawn(spec, None).map_err(|error| failed(StartError::Spawn(error.kind())))?;
        let (Some(stdin), Some(stdout)) = (child.stdin().take(), child.stdout().take()) else {
            unreachable!("both were asked for as pipes");
        };
        Ok(Self {
            child: Some(child),
            socket: None,
            requests: Some(write_all(stdin)),
            lines: lines::read(stdout, options.max_line),
            stderr,
        })
    }

    fn connected_back(spec: &str, options: &Options) -> Result<Self, StartError> {
        let listening = |error: io::Error| StartError::Listen(error.kind());
        let listener = TcpListener::bind("127.0.0.1:0").map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        let command = spec.replace(CONNECT_PLACEHOLDER, &address.to_string());
        let (child, stderr) =
            spawn(&command, Some(address)).map_err(|error| StartError::Spawn(error.kind()))?;
        Self::accept(listener, Some(child), stderr, options)
    }

    /// Waits for the one connection. A listener cannot wait for a limited time, so a thread does;
    /// when time is up the wait is ended by connecting to it.
    fn accept(
        listener: TcpListener,
        child: Option<Box<dyn ChildWrapper>>,
        stderr: Tail,
        options: &Options,
    ) -> Result<Self, StartError> {
        let listening = |error: io::Error| StartError::Listen(error.kind());
        let address = listener.local_addr().map_err(listening)?;
        let (sender, receiver) = channel();
        thread::spawn(move || {
            // Nobody may be waiting any more.
            let _ = sender.send(listener.accept());
        });
        let Ok(accepted) = receiver.recv_timeout(options.patience) else {
            // Only to free the thread; it does not matter whether it works.
            let _ = TcpStream::connect(address);
            if let Some(mut child) = child {
                kill(child.as_mut());
            }
            return Err(StartError::NoConnection { stderr: stderr.text() });
        };
        let (socket, _) = accepted.map_err(listening)?;
        // Costs speed only.
        let _ = socket.set_nodelay(true);
        let reader = socket.try_clone().map_err(listening)?;
        let writer = socket.try_clone().map_err(listening)?;
        Ok(Self {
            child,
            socket: Some(socket),
            requests: Some(write_all(writer)),
            lines: lines::read(reader, options.max_line),
            stderr,
        })
    }

    /// Sends one line. That it arrived is only known from the answer.
    pub fn send(&self, line: Vec<u8>) {
        if let Some(requests) = &self.requests {
            // A writer that has ended shows as the end of the process.
            let _ = requests.send(line);
        }
    }

    /// Ends the input of the process, so that it comes to its end by itself if it can.
    pub fn end_input(&mut self) {
        self.requests = None;
        if let Some(socket) = &self.socket {
            let _ = socket.shutdown(Shutdown::Write);
        }
    }

    /// The end of stderr.
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// How the process ended by itself, waiting a little for it; `None` if it has not.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        let child = self.child.as_mut()?;
        for _ in 0..ENDING_POLLS {
            match child.try_wait() {
                Ok(Some(status)) => {
                    // The last words may still be on their way through the pipe.
                    pause(ENDING_PAUSE);
                    return Some(status);
                }
                Ok(None) => pause(ENDING_PAUSE),
                Err(_) => return None,
            }
        }
        None
    }
}

impl Link {
    /// Ends the process group and the connection, whatever state they are in.
    pub fn end(&mut self) {
        self.requests = None;
        if let Some(socket) = self.socket.take() {
            // It may have been closed by the other side.
            let _ = socket.shutdown(Shutdown::Both);
        }
        if let Some(mut child) = self.child.take() {
            kill(child.as_mut());
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.end();
    }
}

const ENDING_POLLS: u32 = 100;
const ENDING_PAUSE: Duration = Duration::from_millis(5);

/// Lets real time pass without anybody to wait for.
fn pause(span: Duration) {
    let (keep, never) = channel::<()>();
    let _ = never.recv_timeout(span);
    drop(keep);
}

/// Ends the whole process group. It may have ended already.
fn kill(child: &mut dyn ChildWrapper) {
    let _ = child.start_kill();
    let _ = child.wait();
}

fn spawn(command: &str, connect: Option<SocketAddr>) -> io::Result<(Box<dyn ChildWrapper>, Tail)> {
    let mut wrap = CommandWrap::with_new("sh", |shell| {
        shell.arg("-c").arg(command).stderr(Stdio::piped());
        match connect {
            None => shell.stdin(Stdio::piped()).stdout(Stdio::piped()),
            Some(address) => shell
                .env(CONNECT_VARIABLE, address.to_string())
                .stdin(Stdio::null())
                .stdout(Stdio::null()),
        };
    });
    #[cfg(unix)]
    wrap.wrap(process_wrap::std::ProcessGroup::leader());
    let mut child = wrap.spawn()?;
    let tail = Tail::default();
    if let Some(stderr) = child.stderr().take() {
        tail.follow(stderr);
    }
    Ok((child, tail))
}

fn write_all(mut to: impl Write + Send + 'static) -> Sender<Vec<u8>> {
    let (sender, receiver) = channel::<Vec<u8>>();
    thread::spawn(move || {
        for line in receiver {
            if to.write_all(&line).and_then(|()| to.flush()).is_err() {
                return;
            }
        }
    });
    sender
}
