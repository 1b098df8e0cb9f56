async fn expanded() {
    {
        use ::underlock::__private as __underlock;
        match &self.lock.now() {
            lock0 => {
                match __underlock::try_enter(lock0).await {
                    __underlock::core::result::Result::Ok(mut state) => {
                        __underlock::core::result::Result::Ok(
                            if true {
                                if false {
                                    let _ = &mut state;
                                    loop {}
                                }
                                { Some(state.len()) }
                            } else {
                                __underlock::never()
                            },
                        )
                    }
                    __underlock::core::result::Result::Err(error) => {
                        __underlock::core::result::Result::Err(error)
                    }
                }
            }
        }
    }
}
