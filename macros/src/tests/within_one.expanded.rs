async fn expanded() {
    {
        let lock0 = &self.lock;
        if let ::underlock::__private::core::option::Option::Some(mut state) = ::underlock::__private::within(
                self.limit,
                ::underlock::__private::enter(lock0),
            )
            .await
        {
            let _ = &mut state;
            { 1 }
        } else {
            2
        }
    }
}
