async fn expanded() {
    {
        let lock0 = &self.lock;
        if let ::underlock::__private::core::option::Option::Some(mut state) = ::underlock::__private::within(
                self.limit,
                ::underlock::__private::enter(lock0),
            )
            .await
        {
            if false {
                let _ = &mut state;
                loop {}
            }
            { 1 }
        } else {
            2
        }
    }
}
