async fn expanded() {
    {
        use ::underlock::__private as __underlock;
        match (&a.lock, &b.lock) {
            (lock0, lock1) => {
                if false {
                    use __underlock::BesideOthers as _;
                    __underlock::Beside(lock0).check();
                }
                if false {
                    use __underlock::BesideOthers as _;
                    __underlock::Beside(lock1).check();
                }
                let (mut from, mut to) = __underlock::enter_several(
                        __underlock::both(
                            __underlock::slot(lock0),
                            __underlock::slot(lock1),
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
