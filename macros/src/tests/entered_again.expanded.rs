async fn expanded() {
    {
        use ::underlock::__private as __underlock;
        match &self.permits {
            lock0 => {
                if false {
                    __underlock::entered_again(&&self.permits);
                }
                let mut permit = __underlock::enter(lock0).await;
                if false {
                    let _ = &mut permit;
                    loop {}
                }
                {
                    if true {
                        sync_block!(other = & self.permits, lock = self.lock, { other })
                    }
                }
            }
        }
    }
}
