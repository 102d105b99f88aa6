package output

// Version is the version of the reference whose behaviour we promise; clients
// parse it to find out what a tool can do.
const Version = "3.0.2"

// Product names our own software and its version.
const Product = "Holdfast 0.1"

// Features names the optional parts that this build has, in the reference's words.
const Features = "corosync-ge-2 lsb monotonic ncurses remote systemd"
