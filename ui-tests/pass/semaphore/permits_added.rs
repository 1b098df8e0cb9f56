//! Permits are added by `release_many`.

use underlock::Semaphore;

fn open(seats: &Semaphore) {
    seats.release_many(3);
}

fn main() {}
