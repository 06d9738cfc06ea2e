//! What an implementation has to offer to be hosted, and what it is given.

use crate::net::{TcpListener, TcpStream};
use crate::shell::Shell;
use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use tokio::sync::mpsc::UnboundedReceiver;
use wireproof_base::{ConnId, Duration, Instant, Protocol, Seed};
use wireproof_driver::{DriverError, Identity};

/// The glue to one implementation.
///
/// Order of calls: `check`, then `run` once for every endpoint that is started. All of it has to
/// follow from what it is given: no other clock than tokio's, no other chance than `seed`, no
/// `select!` without `biased`, no threads.
pub trait Guest<P: Protocol>: Clone + Send + 'static {
    /// Who the implementation says it is.
    fn identity(&self) -> Identity;

    /// Whether it can be set up like that; `Unsupported` if not.
    fn check(&self, setup: &P::Setup) -> Result<(), DriverError>;

    /// How finely it has to be woken because of timers of its own, which tokio does not tell.
    /// `None` if it has none beside [`Reports::sleep`]. Timers fire at their instants, and are
    /// seen at the next waking.
    fn tick(&self) -> Option<Duration> {
        Some(Duration::from_millis(1))
    }

    /// One endpoint, from its start until it is dropped.
    fn run(self, setup: P::Setup, seed: Seed, port: Port<P>) -> impl Future<Output = ()> + 'static;
}

/// What the harness wants of a guest, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Order<C> {
    /// A connection stands. A client takes it with [`Port::connect`]; a server finds it at its
    /// [`Listener`]. Its end shows in the stream.
    Connected(ConnId),
    /// The application wants something.
    Command(C),
}

/// The harness, as a guest sees it.
pub struct Port<P: Protocol> {
    pub(crate) orders: UnboundedReceiver<Order<P::Command>>,
    pub(crate) shell: Rc<RefCell<Shell<P::Event>>>,
}

impl<P: Protocol> Port<P> {
    /// The next order; pending for ever once the harness is gone.
    pub async fn next(&mut self) -> Order<P::Command> {
        match self.orders.recv().await {
            Some(order) => order,
            None => std::future::pending().await,
        }
    }

    /// Client: the stream of a connection that was ordered.
    pub async fn connect(&self, conn: ConnId) -> io::Result<TcpStream> {
        let address = self.shell.borrow().address_of(conn);
        TcpStream::connect(address).await
    }

    /// Server: where the harness dials. To be called before the first await.
    pub async fn listen(&self) -> io::Result<Listener<P>> {
        let address = self.shell.borrow().listening_address();
        Ok(Listener { listener: TcpListener::bind(address).await?, reports: self.reports() })
    }

    /// Where events go.
    pub fn reports(&self) -> Reports<P> {
        Reports { shell: Rc::clone(&self.shell) }
    }
}

/// Where a server takes its connections from.
pub struct Listener<P: Protocol> {
    listener: TcpListener,
    reports: Reports<P>,
}

impl<P: Protocol> Listener<P> {
    /// The next connection.
    pub async fn accept(&self) -> io::Result<(ConnId, TcpStream)> {
        let (stream, from) = self.listener.accept().await?;
        let conn = self.reports.shell.borrow().dialled_from(from);
        let conn = conn.ok_or_else(|| io::Error::from(io::ErrorKind::AddrNotAvailable))?;
        Ok((conn, stream))
    }
}

/// The application of a guest.
pub struct Reports<P: Protocol> {
    shell: Rc<RefCell<Shell<P::Event>>>,
}

/// A wish to be woken, taken back when it is dropped.
struct Wake<'a, E> {
    at: Instant,
    shell: &'a RefCell<Shell<E>>,
}

impl<E> Drop for Wake<'_, E> {
    fn drop(&mut self) {
        self.shell.borrow_mut().wake_no_more(self.at);
    }
}

impl<P: Protocol> Clone for Reports<P> {
    fn clone(&self) -> Self {
        Self { shell: Rc::clone(&self.shell) }
    }
}

impl<P: Protocol> Reports<P> {
    /// Something happened, after everything that was written so far.
    pub fn event(&self, event: P::Event) {
        self.shell.borrow_mut().event(event);
    }

    /// Lets time pass. Unlike a timer of tokio's it is known to the harness, whatever
    /// [`Guest::tick`] says.
    pub async fn sleep(&self, span: Duration) {
        let wake = Wake { at: self.shell.borrow_mut().wake_after(span), shell: &self.shell };
        tokio::time::sleep(std::time::Duration::from_nanos(span.as_nanos())).await;
        drop(wake);
    }

    /// What was just asked is not supported: the step is answered so.
    pub fn unsupported(&self, op: &str) {
        self.shell.borrow_mut().refuse(op);
    }
}
