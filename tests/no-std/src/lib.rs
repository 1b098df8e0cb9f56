//! Links only if `underlock` without its default features needs neither `std` nor an allocator:
//! with `std` in the graph there would be two panic handlers. Built by `.ci/run` with `panic =
//! "abort"`.

#![no_std]

use underlock::{
    Barrier, BoundedSemaphore, Condition, Event, Lock, Semaphore, guarded, sync_block,
};

/// A guarded struct without `std`.
#[guarded]
#[derive(Debug)]
pub struct Sensor {
    lock: Lock,
    #[guarded(lock)]
    reading: u32,
    #[condition(lock)]
    changed: Condition,
}

static SENSOR: Sensor =
    Sensor { lock: Lock::new(SensorLock { reading: 0 }), changed: Condition::shared() };
static READY: Event = Event::new();
static SLOTS: Semaphore = Semaphore::new(2);
static BOUNDED: BoundedSemaphore = BoundedSemaphore::new(2);
static START: Barrier = Barrier::new(1);

/// Uses every primitive.
pub async fn run() -> u32 {
    READY.set();
    READY.wait().await;
    let _slot = SLOTS.acquire().await;
    let _bounded = BOUNDED.acquire().await;
    let _position = START.wait().await;
    sync_block!(state = SENSOR.lock, {
        state.reading += 1;
        state.notify_all(&SENSOR.changed);
        state.reading
    })
}

/// Calls [`run`] from outside, so that all of it is compiled and linked.
#[unsafe(no_mangle)]
pub extern "C" fn poll_once() -> u32 {
    let mut cx = core::task::Context::from_waker(core::task::Waker::noop());
    match core::pin::pin!(run()).poll(&mut cx) {
        core::task::Poll::Ready(reading) => reading,
        core::task::Poll::Pending => 0,
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
