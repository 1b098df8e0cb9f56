//! A panic is located at the caller's line, not in the library (`#[track_caller]`).

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::{Arc, Once};

use underlock::{Barrier, BoundedSemaphore, Lock, Semaphore};

thread_local! {
    /// The file and line of the thread's latest panic.
    static PANICKED_AT: Cell<Option<(String, u32)>> = const { Cell::new(None) };
}

/// Checks that `call` panics, and that the panic is located at the caller.
#[track_caller]
fn must_panic_here<T>(call: impl FnOnce() -> T) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let others = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let place = info.location().map(|place| (place.file().to_owned(), place.line()));
            let _ = PANICKED_AT.try_with(|panicked_at| panicked_at.set(place));
            others(info);
        }));
    });
    assert!(catch_unwind(AssertUnwindSafe(|| drop(call()))).is_err(), "it should panic");
    let here = Location::caller();
    assert_eq!(PANICKED_AT.take(), Some((here.file().to_owned(), here.line())));
}

const TOO_MANY: usize = Semaphore::MAX_PERMITS + 1;

#[test]
fn of_semaphores() {
    must_panic_here(|| Semaphore::new(TOO_MANY));
    let semaphore = Semaphore::new(Semaphore::MAX_PERMITS);
    must_panic_here(|| semaphore.acquire_many(TOO_MANY));
    must_panic_here(|| semaphore.release());
    must_panic_here(|| semaphore.release_many(1));
}

#[test]
fn of_bounded_semaphores() {
    must_panic_here(|| BoundedSemaphore::new(TOO_MANY));
    let empty = Arc::new(BoundedSemaphore::new(0));
    must_panic_here(|| empty.acquire());
    must_panic_here(|| empty.acquire_many(1));
    must_panic_here(|| empty.clone().acquire_owned());
    must_panic_here(|| empty.clone().acquire_many_owned(1));
}

#[test]
fn of_barriers() {
    must_panic_here(|| Barrier::new(0));
}

#[test]
fn of_blocking() {
    let lock = Lock::new(());
    let guard = lock.try_acquire();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        must_panic_here(|| lock.blocking_acquire());
    });
    drop(guard);
}
