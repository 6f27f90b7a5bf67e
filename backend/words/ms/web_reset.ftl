# Set semula PIN: e-mel, borang, menunggu telefon (SCR-7 hingga SCR-9)
web-reset-title = Set Semula PIN Sijil Digital
web-reset-why = Masukkan e-mel yang didaftarkan untuk sijil digital anda. Satu kod akan dihantar ke situ.
web-reset-email = E-mel
web-reset-email-hint = Contoh: aina@example.com
web-reset-check = Semak
web-reset-checked-title = Semakan selesai
web-reset-checked-text = Jika e-mel itu didaftarkan untuk sijil digital, kod enam angka telah dihantar ke situ. Kod sah selama 10 minit. Klik OK untuk teruskan.

web-reset-form-title = Set Semula PIN Sijil Digital
web-reset-id = No. Kad Pengenalan / No. Pasport
web-reset-code = Kod
web-reset-code-hint = 6 angka daripada e-mel, atau kod TOTP daripada aplikasi { $app }.
web-reset-new-pin = PIN Baharu
web-reset-confirm-pin = Sahkan PIN
web-reset-rule-length = PIN mestilah antara 8 hingga 16 aksara.
web-reset-rule-upper = PIN mestilah mengandungi sekurang-kurangnya satu huruf besar.
web-reset-rule-lower = PIN mestilah mengandungi sekurang-kurangnya satu huruf kecil.
web-reset-rule-digit = PIN mestilah mengandungi sekurang-kurangnya satu nombor.
web-reset-rule-symbol = PIN mestilah mengandungi sekurang-kurangnya satu simbol.
web-reset-rule-alphabet = PIN tidak boleh mengandungi ruang atau aksara lain.
web-reset-rule-same = PIN Baharu dan Sahkan PIN mestilah sepadan.
web-reset-next = Selepas Hantar, aplikasi { $app } pada telefon anda akan meminta pengesahan. PIN lama tidak berubah sehingga anda mengesahkannya di situ. Tandatangan yang telah dibuat kekal sah.

web-reset-wait-title = Sahkan pada telefon anda
web-reset-wait-text = Buka aplikasi { $app } dan sahkan set semula PIN ini. Halaman ini dikemas kini sendiri.
web-reset-wait-until = Sahkan sebelum { $until }.
web-reset-making-title = PIN baharu sedang disediakan
web-reset-making-text = Pengesahan telefon anda telah diterima. Sila tunggu sebentar.
web-reset-done-title = Set Semula PIN Sijil Digital Berjaya
web-reset-done-text = Sila kembali ke halaman tandatangan eSPA dan gunakan PIN yang baharu ditetapkan.
web-reset-declined-title = Set semula PIN ditolak
web-reset-declined-text = Permintaan ini ditolak pada telefon anda. PIN lama tidak berubah. Jika bukan anda yang memintanya, tekan "Bukan saya" dalam aplikasi { $app }.
web-reset-expired-title = Tempoh pengesahan telah tamat
web-reset-expired-text = Telefon anda tidak mengesahkan dalam masa yang ditetapkan. PIN lama tidak berubah. Sila mula semula dengan kod baharu.
web-reset-replaced-title = Permintaan ini telah diganti
web-reset-replaced-text = Permintaan yang lebih baharu telah dibuat selepas ini. Sila teruskan dengan permintaan itu, atau mula semula.
web-reset-failed-title = Set semula PIN tidak berjaya
web-reset-failed-text = Pengesahan telefon anda tidak lagi boleh digunakan, contohnya kerana telefon telah ditukar. PIN lama tidak berubah. Sila mula semula.

web-reset-code-first = Masukkan kod daripada e-mel dahulu; selepas itu anda memilih PIN baharu.
web-reset-proven = Kod diterima. Sekarang pilih PIN baharu.
web-reset-cancelled-title = PIN baharu telah dibatalkan
web-reset-cancelled-text = PIN baharu ini telah dibatalkan melalui e-mel atau "Bukan saya". PIN lama tidak berubah. Jika anda yang memintanya, sila hubungi bantuan sebelum mencuba lagi.
web-reset-day-title = PIN baharu anda menunggu 24 jam
web-reset-day-text = Tiada telefon anda yang boleh mengesahkannya sekarang. PIN baharu berkuat kuasa pada { $ready }, sekiranya tiada sesiapa membatalkannya. PIN lama tidak berubah sehingga itu.
web-reset-day-desk = Perlu lebih cepat? Datang ke kaunter dengan kad pengenalan atau pasport anda, atau daftarkan telefon dan mulakan semula.
web-reset-day-mail = E-mel dihantar sekarang dengan pautan untuk membatalkannya, dan sekali lagi apabila PIN berkuat kuasa. Tempoh semakan eSPA anda dilanjutkan sama panjang. Halaman ini boleh ditutup.
