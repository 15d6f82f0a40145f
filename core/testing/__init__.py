"""What tests of the kernel and of addons stand on."""
