//! What `macro_rules!` passes on stands in groups that nobody sees, and means what it meant without.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use crate::diag::Errors;
use crate::{guarded, sync_block};

fn fragment(code: &str) -> TokenTree {
    Group::new(Delimiter::None, code.parse().unwrap()).into()
}

fn enters_again(input: TokenStream) -> bool {
    let mut errors = Errors::default();
    let expanded = sync_block::expand_into(&quote!(::underlock), input, &mut errors).to_string();
    assert_eq!(errors.messages(), [""; 0]);
    expanded.contains("entered_again")
}

#[test]
fn types() {
    for (lock, condition) in
        [(fragment("Lock"), fragment("Condition")), (fragment("(Lock)"), fragment("(Condition)"))]
    {
        let mut errors = Errors::default();
        let item = quote!(struct Store {
            lock: #lock,
            #[guarded(lock)]
            value: u8,
            #[condition(lock)]
            changed: #condition,
        });
        let expanded = guarded::expand_into(&TokenStream::new(), item, &mut errors);
        assert_eq!(errors.messages(), [""; 0]);
        let expanded = expanded.to_string();
        for part in ["Lock < StoreLock , 1 >", "Condition < StoreLock ,"] {
            assert!(expanded.contains(part), "{expanded}");
        }
    }
}

#[test]
fn locks() {
    let lock = fragment("self.lock");
    assert!(enters_again(quote!(a = #lock, { sync_block!(b = self.lock, { 1 }) })));
}

#[test]
fn guards() {
    let guard = fragment("a");
    for body in [quote!(#guard.notify_one(&self.c);), quote!(drop(a); #guard = other;)] {
        assert!(enters_again(quote!(a = self.lock, { #body sync_block!(b = self.lock, { 1 }) })));
    }
}

#[test]
fn blocks() {
    let body = fragment("{ a.x }");
    let input = quote!(a = self.lock, #body);
    let mut errors = Errors::default();
    let expanded = sync_block::expand_into(&quote!(::underlock), input, &mut errors).to_string();
    assert_eq!(errors.messages(), [""; 0]);
    assert!(expanded.contains("{ a . x }"), "{expanded}");
}
