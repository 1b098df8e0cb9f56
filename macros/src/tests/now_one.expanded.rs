async fn expanded() {
    {
        match &self.lock.now() {
            lock0 => {
                match ::underlock::__private::try_enter(lock0).await {
                    ::underlock::__private::core::result::Result::Ok(mut state) => {
                        ::underlock::__private::core::result::Result::Ok(
                            if true {
                                if false {
                                    let _ = &mut state;
                                    loop {}
                                }
                                { Some(state.len()) }
                            } else {
                                ::underlock::__private::never()
                            },
                        )
                    }
                    ::underlock::__private::core::result::Result::Err(error) => {
                        ::underlock::__private::core::result::Result::Err(error)
                    }
                }
            }
        }
    }
}
