async fn expanded() {
    {
        match (&x.lock, &y.lock.within(Duration::from_secs(1))) {
            (lock0, lock1) => {
                if false {
                    use ::underlock::__private::BesideOthers as _;
                    ::underlock::__private::Beside(lock0).check();
                }
                if false {
                    use ::underlock::__private::BesideOthers as _;
                    ::underlock::__private::Beside(lock1).check();
                }
                match ::underlock::__private::try_enter_several(
                        lock1,
                        ::underlock::__private::both(
                            ::underlock::__private::slot(lock0),
                            ::underlock::__private::limited_slot(lock1),
                        ),
                    )
                    .await
                {
                    ::underlock::__private::core::result::Result::Ok((mut a, mut b)) => {
                        ::underlock::__private::core::result::Result::Ok(
                            if true {
                                if false {
                                    let _ = &mut a;
                                    let _ = &mut b;
                                    loop {}
                                }
                                { b.run(a).await }
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
