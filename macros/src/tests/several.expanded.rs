async fn expanded() {
    {
        let lock0 = &a.lock;
        let lock1 = &b.lock;
        let order = ::underlock::__private::in_order([
            ::underlock::__private::address(lock0),
            ::underlock::__private::address(lock1),
        ]);
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
        let (
            ::underlock::__private::core::option::Option::Some(mut from),
            ::underlock::__private::core::option::Option::Some(mut to),
        ) = (slot0, slot1) else { ::underlock::__private::core::unreachable!() };
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
