async fn expanded() {
    {
        use ::underlock::__private as __underlock;
        match (&x.lock, &y.lock.within(Duration::from_secs(1))) {
            (lock0, lock1) => {
                if false {
                    use __underlock::BesideOthers as _;
                    __underlock::Beside(lock0).check();
                }
                if false {
                    use __underlock::BesideOthers as _;
                    __underlock::Beside(lock1).check();
                }
                match __underlock::try_enter_several(
                        lock1,
                        __underlock::both(
                            __underlock::slot(lock0),
                            __underlock::limited_slot(lock1),
                        ),
                    )
                    .await
                {
                    __underlock::core::result::Result::Ok((mut a, mut b)) => {
                        __underlock::core::result::Result::Ok(
                            if true {
                                if false {
                                    let _ = &mut a;
                                    let _ = &mut b;
                                    loop {}
                                }
                                { b.run(a).await }
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
