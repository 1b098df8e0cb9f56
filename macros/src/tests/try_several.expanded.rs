async fn expanded() {
    {
        let lock0 = &x.lock;
        let lock1 = &y.lock();
        let lock2 = &z;
        let order = ::underlock::__private::in_order([
            ::underlock::__private::address(lock0),
            ::underlock::__private::address(lock1),
            ::underlock::__private::address(lock2),
        ]);
        if let ::underlock::__private::core::option::Option::Some(
            (mut a, mut _guard1, mut c),
        ) = match ::underlock::__private::try_enter(lock0) {
            ::underlock::__private::core::option::Option::Some(slot0) => {
                match ::underlock::__private::try_enter(lock1) {
                    ::underlock::__private::core::option::Option::Some(slot1) => {
                        match ::underlock::__private::try_enter(lock2) {
                            ::underlock::__private::core::option::Option::Some(slot2) => {
                                ::underlock::__private::core::option::Option::Some((
                                    slot0,
                                    slot1,
                                    slot2,
                                ))
                            }
                            ::underlock::__private::core::option::Option::None => {
                                ::underlock::__private::core::option::Option::None
                            }
                        }
                    }
                    ::underlock::__private::core::option::Option::None => {
                        ::underlock::__private::core::option::Option::None
                    }
                }
            }
            ::underlock::__private::core::option::Option::None => {
                ::underlock::__private::core::option::Option::None
            }
        } {
            if false {
                let _ = &mut a;
                let _ = &mut c;
                loop {}
            }
            { 1 }
        } else {
            return
        }
    }
}
