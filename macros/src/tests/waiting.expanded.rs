async fn expanded() {
    {
        use ::underlock::__private as __underlock;
        match &self.lock {
            lock0 => {
                let mut mutable = __underlock::enter(lock0).await;
                if false {
                    let _ = &mut mutable;
                    loop {}
                }
                {
                    let () = {
                        (mutable, item) = mutable
                            .wait_for_some(&self.c, |s| s.items.pop())
                            .await;
                        match mutable {
                            _ => {}
                        }
                    };
                    item
                }
            }
        }
    }
}
