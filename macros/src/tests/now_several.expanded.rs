async fn expanded() {
    {
        match (&x.lock, &y.lock(), &z.now()) {
            (lock0, lock1, lock2) => {
                if false {
                    use ::underlock::__private::BesideOthers as _;
                    ::underlock::__private::Beside(lock0).check();
                }
                if false {
                    use ::underlock::__private::BesideOthers as _;
                    ::underlock::__private::Beside(lock1).check();
                }
                if false {
                    use ::underlock::__private::BesideOthers as _;
                    ::underlock::__private::Beside(lock2).check();
                }
                match ::underlock::__private::try_enter_several(
                        lock2,
                        ::underlock::__private::both(
                            ::underlock::__private::slot(lock0),
                            ::underlock::__private::both(
                                ::underlock::__private::slot(lock1),
                                ::underlock::__private::limited_slot(lock2),
                            ),
                        ),
                    )
                    .await
                {
                    ::underlock::__private::core::result::Result::Ok(
                        (mut a, (mut _guard1, mut c)),
                    ) => {
                        ::underlock::__private::core::result::Result::Ok(
                            if true {
                                if false {
                                    let _ = &mut a;
                                    let _ = &mut c;
                                    loop {}
                                }
                                { return }
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
