//! Every invariant is seen to fail on a hand-written trace, and to hold on its legal neighbours.
