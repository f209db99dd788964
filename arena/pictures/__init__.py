"""Pictures: what a citizen sends is decoded in a process of its own, and made anew from its pixels."""
