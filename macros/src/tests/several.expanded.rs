async fn expanded() {
    {
        match (&a.lock, &b.lock) {
            (lock0, lock1) => {
                if false {
                    use ::underlock::__private::BesideOthers as _;
                    ::underlock::__private::Beside(lock0).check();
                }
                if false {
                    use ::underlock::__private::BesideOthers as _;
                    ::underlock::__private::Beside(lock1).check();
                }
                let (mut from, mut to) = ::underlock::__private::enter_several(
                        ::underlock::__private::both(
                            ::underlock::__private::slot(lock0),
                            ::underlock::__private::slot(lock1),
                        ),
                    )
                    .await;
                if false {
                    let _ = &mut from;
                    let _ = &mut to;
                    loop {}
                }
                {
                    from.sum -= 1;
                    to.sum += 1;
                }
            }
        }
    }
}
