//! The thread of one endpoint: its runtime, its clock, its network.

use crate::guest::{Guest, Order, Port};
use crate::idle::Idle;
use crate::shell::{Produced, Shell};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::{JoinHandle, LocalSet};
use wireproof_base::{ConnId, Duration, Instant, Protocol, Role, Seed};

/// Rounds without any movement after which an instant is over: timers that are due fire only
/// when everybody waits, so one is not enough.
const STILL: u32 = 3;

/// One input, owned.
#[derive(Debug)]
pub enum Asked<C> {
    /// A connection stands.
    Connected(ConnId),
    /// Bytes arrived.
    Bytes(ConnId, Vec<u8>),
    /// A connection is gone.
    Disconnected(ConnId),
    /// The application wants something.
    Command(C),
    /// Time has passed, nothing else.
    Nothing,
}

/// What one step came to.
#[derive(Debug)]
pub struct Answer<E> {
    /// What came out, in order.
    pub produced: Vec<Produced<E>>,
    /// What was asked is not supported.
    pub refused: Option<String>,
    /// When it wants to be woken.
    pub wake: Option<Instant>,
}

/// How an endpoint is started.
pub struct Start<P: Protocol, G> {
    pub guest: G,
    pub setup: P::Setup,
    pub seed: Seed,
    pub role: Role,
}

/// Serves one endpoint until nobody asks any more.
///
/// # Panics
///
/// If the guest does: the host reports it.
pub fn serve<P: Protocol, G: Guest<P>>(
    start: Start<P, G>,
    asked: &Receiver<(Instant, Asked<P::Command>)>,
    answers: &Sender<Answer<P::Event>>,
) {
    let mut stage = Stage::<P>::new(start);
    let mut answer = Some(stage.answer());
    loop {
        let Some(answered) = answer.take() else { return };
        if answers.send(answered).is_err() {
            return;
        }
        let Ok((now, input)) = asked.recv() else { return };
        stage.advance(now);
        stage.take(input);
        answer = Some(stage.answer());
    }
}

struct Stage<P: Protocol> {
    // Declared in the order in which they have to go: tasks hold sockets.
    guest: Option<JoinHandle<()>>,
    tasks: LocalSet,
    runtime: Runtime,
    shell: Rc<RefCell<Shell<P::Event>>>,
    idle: Idle,
    orders: UnboundedSender<Order<P::Command>>,
    role: Role,
    now: Instant,
    tick: Option<Duration>,
}

impl<P: Protocol> Stage<P> {
    fn new<G: Guest<P>>(start: Start<P, G>) -> Self {
        let Start { guest, setup, seed, role } = start;
        let idle = Idle::default();
        let told = idle.clone();
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .on_thread_park(move || told.reach())
            .build();
        #[expect(clippy::expect_used, reason = "without a timer thread nothing can be run here")]
        let runtime = runtime.expect("a runtime without input and output needs nothing");
        let shell = Rc::new(RefCell::new(Shell::new()));
        let (orders, receiver) = unbounded_channel();
        let port = Port { orders: receiver, shell: Rc::clone(&shell) };
        let tick = guest.tick();
        let tasks = LocalSet::new();
        // Not polled before the first round, but made where sockets and timers are known.
        let entered = runtime.enter();
        let handle = tasks.spawn_local(guest.run(setup, seed, port));
        drop(entered);
        let mut stage = Self {
            guest: Some(handle),
            tasks,
            runtime,
            shell,
            idle,
            orders,
            role,
            now: Instant::ZERO,
            tick,
        };
        stage.settle();
        stage
    }

    /// Lets time pass in ticks, each of them to its end.
    fn advance(&mut self, now: Instant) {
        while self.now < now {
            let left = now.since(self.now);
            let step = self.tick.map_or(left, |tick| left.min(tick));
            self.now += step;
            self.shell.borrow_mut().set_now(self.now);
            let step = std::time::Duration::from_nanos(step.as_nanos());
            self.runtime.block_on(self.tasks.run_until(tokio::time::advance(step)));
            self.settle();
        }
    }

    fn take(&mut self, input: Asked<P::Command>) {
        match input {
            Asked::Connected(conn) => {
                match self.role {
                    Role::Client => self.shell.borrow_mut().await_dial(conn),
                    Role::Server => self.shell.borrow_mut().dial(conn),
                }
                // A guest that has ended takes no orders, and that is seen elsewhere.
                let _ = self.orders.send(Order::Connected(conn));
            }
            Asked::Bytes(conn, bytes) => self.shell.borrow_mut().feed(conn, &bytes),
            Asked::Disconnected(conn) => self.shell.borrow_mut().hang_up(conn),
            Asked::Command(command) => {
                let _ = self.orders.send(Order::Command(command));
            }
            Asked::Nothing => {}
        }
        self.settle();
    }

    /// Runs until nobody has anything left to do at this instant.
    fn settle(&mut self) {
        let mut still = 0;
        while still < STILL {
            self.runtime.block_on(self.tasks.run_until(self.idle.wait()));
            let moved = self.shell.borrow_mut().exchange();
            still = if moved { 0 } else { still + 1 };
        }
    }

    fn answer(&mut self) -> Answer<P::Event> {
        if let Some(guest) = self.guest.take_if(|guest| guest.is_finished())
            && let Err(error) = self.runtime.block_on(guest)
            && error.is_panic()
        {
            std::panic::resume_unwind(error.into_panic());
        }
        let mut shell = self.shell.borrow_mut();
        let (produced, refused) = shell.take();
        let tick = self.tick.filter(|_| self.guest.is_some()).map(|tick| self.now + tick);
        let wake = [tick, shell.next_wake()].into_iter().flatten().min();
        Answer { produced, refused, wake }
    }
}
