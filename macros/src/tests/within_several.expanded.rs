async fn expanded() {
    {
        let lock0 = &x.lock;
        let lock1 = &y.lock;
        let order = ::underlock::__private::in_order([
            ::underlock::__private::address(lock0),
            ::underlock::__private::address(lock1),
        ]);
        if let ::underlock::__private::core::option::Option::Some((mut a, mut b)) = ::underlock::__private::within(
                Duration::from_secs(1),
                async {
                    let mut slot0 = ::underlock::__private::core::option::Option::None;
                    let mut slot1 = ::underlock::__private::core::option::Option::None;
                    for index in order {
                        match index {
                            0 => {
                                slot0 = ::underlock::__private::core::option::Option::Some(
                                    ::underlock::__private::enter(lock0).await,
                                );
                            }
                            _ => {
                                slot1 = ::underlock::__private::core::option::Option::Some(
                                    ::underlock::__private::enter(lock1).await,
                                );
                            }
                        }
                    }
                    match (slot0, slot1) {
                        (
                            ::underlock::__private::core::option::Option::Some(slot0),
                            ::underlock::__private::core::option::Option::Some(slot1),
                        ) => (slot0, slot1),
                        _ => ::underlock::__private::core::unreachable!(),
                    }
                },
            )
            .await
        {
            if false {
                let _ = &mut a;
                let _ = &mut b;
                loop {}
            }
            { b.run(a).await }
        } else {
            2
        }
    }
}
