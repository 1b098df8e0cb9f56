//! The markers in the places of guarded fields, and what only the types can tell of the locks.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Ident};

use super::expand::{Expansion, Guarding, allow_deprecated, allowed, own_name, own_visibility};
use super::model::{Lock, Member};

impl Expansion<'_> {
    /// A dereference of the user's struct to a struct with a marker in the place of each guarded
    /// field. The compiler names the marker's type when the field is touched, and that names the
    /// field's type and the lock.
    ///
    /// It checks the locks, too; where there is nothing to mark, a function of its own does.
    pub(super) fn markers(&self) -> TokenStream {
        let guarded: Vec<usize> =
            self.locks.iter().flat_map(|guarding| guarding.lock.guarded.iter().copied()).collect();
        let private = &self.private;
        let owner = self.owner;
        let (owner_impl, owner_arguments, owner_where) =
            self.model.source.item.generics.split_for_impl();
        let attrs = &self.model.source.item.attrs;
        let lock_attrs =
            self.locks.iter().flat_map(|guarding| &self.member(guarding.lock.field).field.attrs);
        let all_allowed = allowed(attrs).chain(allow_deprecated(attrs.iter().chain(lock_attrs)));
        if !self.model.source.markers || guarded.is_empty() {
            let checks = self.locks.iter().map(|lock| self.check(lock, &quote!(owner)));
            return quote! {
                #(#all_allowed)*
                const _: () = {
                    fn check #owner_impl (owner: &#owner #owner_arguments) #owner_where {
                        use #private::MethodsOfTheGuard as _;
                        #(#checks)*
                    }
                };
            };
        }
        let visibility = own_visibility(&self.model.source.item.vis);
        let unguarded = format_ident!("{}Unguarded", owner.unraw(), span = Span::call_site());

        let mut stand_ins = Vec::new();
        let mut marker_fields = Vec::new();
        let mut marker_values = Vec::new();
        for guarding in &self.locks {
            let lock = guarding.lock;
            let member = self.member(lock.field);
            let lock_cfgs: Vec<&Attribute> = member.cfgs().collect();
            // What stands for the lock in a marker's type, and so in messages: they tell which lock
            // they speak of however many structs have one of that name.
            let name = format_ident!(
                "{}_of_{}",
                member.ident().unraw(),
                owner.unraw(),
                span = Span::call_site()
            );
            stand_ins.push(quote!(pub struct #name;));
            for &index in &lock.guarded {
                let visibility = own_visibility(&self.member(index).field.vis);
                let ident = own_name(self.member(index).ident());
                let ty = self.moved_type(index, lock);
                let cfgs = lock_cfgs.iter().copied().chain(self.member(index).cfgs());
                let cfgs: Vec<&Attribute> = cfgs.collect();
                let allowed = allowed(&self.member(index).field.attrs);
                marker_fields.push(quote! {
                    #(#cfgs)* #(#allowed)* #visibility #ident:
                        #private::LockNotHeld<#ty, #name>
                });
                marker_values.push(quote!(#(#cfgs)* #ident: #private::LockNotHeld::MARKER));
            }
        }

        let conditions: Vec<usize> = self
            .locks
            .iter()
            .flat_map(|guarding| guarding.lock.conditions.iter().copied())
            .collect();
        let generics = self.generics_of(&guarded, &conditions);
        let (_, arguments, where_clause) = generics.split_for_impl();
        let checks = self.locks.iter().map(|lock| self.check(lock, &quote!(self)));
        quote! {
            #(#all_allowed)*
            const _: () = {
                #[doc(hidden)]
                #visibility struct #unguarded #generics #where_clause {
                    #(#marker_fields,)*
                }
                #(#stand_ins)*
                #[automatically_derived]
                #[doc(hidden)]
                impl #owner_impl #private::core::ops::Deref for #owner #owner_arguments
                #owner_where
                {
                    type Target = #unguarded #arguments;

                    fn deref(&self) -> &Self::Target {
                        use #private::MethodsOfTheGuard as _;
                        #(#checks)*
                        &#unguarded { #(#marker_values,)* }
                    }
                }
            };
        }
    }

    /// Statements that hold only if what the user calls `Lock` and `Condition` is so, and if the state
    /// has no method that the guard hides.
    fn check(
        &self,
        Guarding { lock, generics }: &Guarding<'_>,
        owner: &TokenStream,
    ) -> TokenStream {
        let Member { field, .. } = self.member(lock.field);
        // Located at the field as a whole, so that an error stands there alone.
        let private = located_at(&self.private, field.ty.span());
        let this = located_at(owner, field.ty.span());
        let cfgs = self.member(lock.field).cfgs();
        let name = &field.ident;
        let Lock { state, .. } = lock;
        let (_, arguments, _) = generics.split_for_impl();
        let span = Span::call_site().located_at(field.ty.span());
        let state = Ident::new(&state.to_string(), span);
        let methods = GUARD_METHODS.map(|method| Ident::new(method, span));
        let conditions = lock.conditions.iter().map(|&condition| {
            let Member { field, .. } = self.member(condition);
            let private = located_at(&self.private, field.ty.span());
            let this = located_at(owner, field.ty.span());
            let cfgs = self.member(condition).cfgs();
            let name = &field.ident;
            let span = Span::call_site().located_at(field.ty.span());
            quote_spanned!(span=> #(#cfgs)* #private::is_condition(&#this.#name);)
        });
        quote_spanned! {span=>
            #(#cfgs)*
            {
                #private::is_lock(&#this.#name);
                #(#private::not_hidden(&<#state #arguments>::#methods);)*
                #(#conditions)*
            }
        }
    }
}

/// The same tokens, located elsewhere.
fn located_at(tokens: &TokenStream, place: Span) -> TokenStream {
    let tokens = tokens.clone().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(place));
        token
    });
    tokens.collect()
}

/// The methods of a guard, which hide those of its state.
const GUARD_METHODS: [&str; 8] = [
    "release",
    "wait",
    "wait_for",
    "wait_for_some",
    "wait_until",
    "notify",
    "notify_one",
    "notify_all",
];
