//! Models that read text: encoder, heads, training and scores.
