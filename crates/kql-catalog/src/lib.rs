//! Published schemas of the Defender XDR and Sentinel tables.
