//! Structures of named parameters with defaults, as commands and setups are written in scenarios.

/// Declares structures whose fields all have a default and whose unknown keys are mistakes.
macro_rules! parameters {
    ($(
        $(#[$meta:meta])*
        $name:ident { $($(#[$doc:meta])* $field:ident : $ty:ty = $default:expr),* $(,)? }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($(#[$doc])* pub $field: $ty,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    )*};
}

pub(crate) use parameters;
