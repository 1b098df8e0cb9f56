#[cfg(test)]
#[cfg(feature = "trace")]
#[::underlock::guarded(no_markers)]
#[derive(Debug)]
pub struct Traced<'a, T: Trace, U> {
    lock: Lock,
    #[guarded(lock)]
    value: &'a U,
    #[cfg(test)]
    #[cfg(feature = "trace")]
    #[guarded(lock)]
    trace: T,
}
#[cfg(not(all(test, feature = "trace")))]
#[::underlock::guarded(no_markers)]
#[derive(Debug)]
pub struct Traced<'a, U> {
    lock: Lock,
    #[guarded(lock)]
    value: &'a U,
    #[cfg(test)]
    #[cfg(feature = "trace")]
    #[guarded(lock)]
    trace: T,
}
