async fn expanded() {
    {
        use ::underlock::__private as __underlock;
        match (&x.lock, &y.lock(), &z.now()) {
            (lock0, lock1, lock2) => {
                if false {
                    use __underlock::BesideOthers as _;
                    __underlock::Beside(lock0).check();
                }
                if false {
                    use __underlock::BesideOthers as _;
                    __underlock::Beside(lock1).check();
                }
                if false {
                    use __underlock::BesideOthers as _;
                    __underlock::Beside(lock2).check();
                }
                match __underlock::try_enter_several(
                        lock2,
                        __underlock::both(
                            __underlock::slot(lock0),
                            __underlock::both(
                                __underlock::slot(lock1),
                                __underlock::limited_slot(lock2),
                            ),
                        ),
                    )
                    .await
                {
                    __underlock::core::result::Result::Ok(
                        (mut a, (mut _guard1, mut c)),
                    ) => {
                        __underlock::core::result::Result::Ok(
                            if true {
                                if false {
                                    let _ = &mut a;
                                    let _ = &mut c;
                                    loop {}
                                }
                                { return }
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
