web-mailbox-title = Peti mel demo
