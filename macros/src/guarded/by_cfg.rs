//! `#[cfg]` on a parameter of the struct.
//!
//! What is generated names the parameters as arguments, and an argument can't have a `#[cfg]`. So
//! such a struct is written twice, once with the parameter and once without, each for where the
//! condition holds or does not, and each `#[guarded]` in its turn.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, GenericParam, Generics, ItemStruct, Meta};

fn attributes(param: &mut GenericParam) -> &mut Vec<Attribute> {
    match param {
        GenericParam::Lifetime(param) => &mut param.attrs,
        GenericParam::Type(param) => &mut param.attrs,
        GenericParam::Const(param) => &mut param.attrs,
    }
}

fn is_cfg(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg")
}

/// The first parameter with a `#[cfg]`.
pub(crate) fn parameter(generics: &Generics) -> Option<usize> {
    let mut params = generics.params.iter().cloned();
    params.position(|mut param| attributes(&mut param).iter().any(is_cfg))
}

/// The struct with this parameter and without.
pub(crate) fn apart(
    underlock: &TokenStream,
    arguments: &TokenStream,
    item: &ItemStruct,
    parameter: usize,
) -> TokenStream {
    let mut with = item.clone();
    let attrs = attributes(&mut with.generics.params[parameter]);
    let (cfgs, others): (Vec<Attribute>, Vec<Attribute>) = attrs.drain(..).partition(is_cfg);
    *attrs = others;
    let conditions = cfgs.iter().filter_map(|cfg| match &cfg.meta {
        Meta::List(list) => Some(&list.tokens),
        _ => None,
    });
    let conditions = quote!(all(#(#conditions),*));

    let mut without = item.clone();
    let params = std::mem::take(&mut without.generics.params).into_iter().enumerate();
    without.generics.params =
        params.filter(|&(index, _)| index != parameter).map(|(_, param)| param).collect();
    quote! {
        #(#cfgs)*
        #[#underlock::guarded(#arguments)]
        #with

        #[cfg(not(#conditions))]
        #[#underlock::guarded(#arguments)]
        #without
    }
}
