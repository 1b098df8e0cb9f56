//! Permits are added by `release_many`.

use underlock::Semaphore;

fn open(seats: &Semaphore) {
    seats.add_permits(3);
}

fn main() {}
