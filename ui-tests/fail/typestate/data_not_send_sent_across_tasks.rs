//! A lock makes data shareable between tasks, not sendable: what it owns has to be sendable.

use std::rc::Rc;
use std::sync::Arc;

use underlock::Lock;

#[tokio::main]
async fn main() {
    let lock = Arc::new(Lock::new(Rc::new(0)));
    let task = tokio::spawn(async move {
        println!("{}", lock.acquire().await);
    });
    task.await.unwrap();
}
