async fn expanded() {
    {
        use ::underlock::__private as __underlock;
        match &self.lock {
            lock0 => {
                let mut state = __underlock::enter(lock0).await;
                if false {
                    let _ = &mut state;
                    loop {}
                }
                {
                    state.items.push(1);
                    state.len()
                }
            }
        }
    }
}
