//! One declaration per frame gives its struct, its table, and both directions.

/// The name of a member whose field has to be written `r#name`.
pub(super) const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// Declares a typed frame. Members stand in the order of their names.
macro_rules! frame {
    (
        $(#[$meta:meta])*
        $name:ident {
            $($(#[$doc:meta])* $field:ident: $ty:ty = $member:expr;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $($(#[$doc])* pub $field: $ty,)*
        }

        impl $name {
            /// Its table, in the order of names.
            pub const MEMBERS: &'static [$crate::ncp::table::Member] = &[
                $($crate::ncp::table::Member::named(
                    $member,
                    $crate::ncp::frames::macros::plain(stringify!($field)),
                ),)*
            ];

            /// Checks and takes the members of an object (reference 2.4 row 12); unknown ones are
            /// ignored.
            pub fn from_value(
                value: &$crate::ncp::value::Value,
            ) -> Result<Self, $crate::ncp::violation::Violation> {
                $crate::ncp::frames::item::from_value(value)
            }

            /// The members that are there, without `frame`.
            pub fn to_value(&self) -> $crate::ncp::value::Value {
                $crate::ncp::frames::item::to_value(self)
            }
        }

        impl $crate::ncp::frames::item::Typed for $name {
            const MEMBERS: &'static [$crate::ncp::table::Member] = $name::MEMBERS;

            fn take(
                slots: &mut $crate::ncp::tier::Slots,
            ) -> Result<Self, $crate::ncp::violation::Violation> {
                let mut at = 0..;
                Ok(Self {
                    $($field: $crate::ncp::frames::item::next(slots, &mut at, Self::MEMBERS)?,)*
                })
            }

            #[inline]
            fn each<S: $crate::ncp::frames::sink::Sink>(&self, sink: &mut S) {
                $({
                    const NAME: &str = $crate::ncp::frames::macros::plain(stringify!($field));
                    $crate::ncp::frames::item::Item::put(&self.$field, NAME, sink);
                })*
            }
        }
    };
}
pub(crate) use frame;
