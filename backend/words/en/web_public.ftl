web-mailbox-title = Demo mailbox
