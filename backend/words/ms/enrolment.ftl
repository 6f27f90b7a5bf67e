problem-certificate-not-needed = Sijil digital anda masih sah
    .remedy = Tiada sijil baharu diperlukan. Jika anda terlupa PIN, sila gunakan "Lupa PIN Sijil Digital?".
problem-phone-needed = Telefon berdaftar diperlukan
    .remedy = Permintaan ini perlu diluluskan pada telefon anda. Buka aplikasi pada telefon anda, pilih pendaftaran dan isi e-mel, nombor pengenalan dan nombor telefon; pautan akan dihantar kepada anda. Baru menukar telefon? Tunggu 24 jam.
problem-certificate-underway = Sijil digital anda sedang dijana
    .remedy = Anda telah meluluskannya pada telefon. Sila tunggu seketika dan muat semula halaman ini.
problem-pin-reset-mismatch = Maklumat tidak sepadan
    .remedy = Sila semak e-mel, nombor kad pengenalan atau pasport dan kod. Kod sah selama 10 minit; kod terbaharu sahaja diterima.
problem-pin-reset-no-certificate = Tiada sijil digital yang sah
    .remedy = PIN ditetapkan bersama sijil baharu. Sila jana sijil digital melalui pautan dalam e-mel anda.

approve-certificate = Jana sijil digital baharu?
approve-pin-reset = Tetapkan semula PIN sijil digital?
approve-name = Nama dalam sijil
approve-until = Sah sehingga
approve-key = Cap kunci

notice-certificate-failed = Sijil digital tidak dapat dijana. Sila mulakan semula dari halaman Jana Sijil Digital.
notice-pin-reset = PIN sijil digital anda telah ditetapkan semula. Bukan anda? Tekan "Bukan saya".

mail-certificate-subject = Sijil Digital Telah Dijana
mail-certificate-body = Sijil digital tandatangan tuan/puan telah dijana dan sah sehingga { $until }.
mail-certificate-not-me = Bukan tuan/puan? Tekan "Bukan saya" dalam aplikasi { $app } dengan segera, kemudian hubungi talian { $line } atau { $mail }.
mail-pin-reset-subject = PIN Sijil Digital Telah Ditetapkan Semula
mail-pin-reset-body = PIN sijil digital tuan/puan telah ditetapkan semula dan sijil baharu sah sehingga { $until }. Tandatangan yang telah dibuat kekal sah.
mail-pin-reset-codes = Kod melalui e-mel tidak diterima untuk menandatangani sehingga { $blocked }; sila gunakan kod daripada aplikasi { $app }.
mail-pin-reset-not-me = Bukan tuan/puan? Tekan "Bukan saya" dalam aplikasi { $app } dengan segera, kemudian hubungi talian { $line } atau { $mail }.

mail-reset-waits-subject = PIN Baharu Menunggu Sehari
mail-reset-waits-body = PIN baharu untuk sijil digital tuan/puan telah diminta dengan e-mel, kod dan nombor pengenalan, tanpa telefon. PIN itu berkuat kuasa pada { $ready } sekiranya tiada sesiapa membatalkannya. PIN lama tidak berubah sehingga itu, dan tempoh semakan eSPA yang sedang berjalan dilanjutkan sama panjang.
mail-reset-waits-desk = Perlu lebih cepat? Datang ke kaunter dengan kad pengenalan atau pasport tuan/puan; pegawai boleh mengesahkannya serta-merta.
mail-reset-waits-not-me = Bukan tuan/puan? Batalkan dengan pautan di bawah, atau tekan "Bukan saya" dalam aplikasi { $app }, kemudian hubungi talian { $line } atau { $mail }.
mail-reset-waits-cancel = Batalkan PIN baharu itu
mail-reset-cancelled-subject = Set Semula PIN Telah Dibatalkan
mail-reset-cancelled-body = PIN baharu yang sedang menunggu telah dibatalkan. PIN lama tuan/puan tidak berubah.
mail-reset-cancelled-not-me = Jika tuan/puan tidak membatalkannya, sila hubungi talian { $line } atau { $mail }.
notice-pin-reset-waits = PIN baharu telah diminta tanpa telefon. Ia berkuat kuasa pada { $ready }. Bukan anda? Tekan "Bukan saya" untuk membatalkannya.
notice-pin-reset-cancelled = PIN baharu yang sedang menunggu telah dibatalkan pada { $at }. PIN lama tidak berubah.

problem-pin-reset-over = Tempoh untuk memilih PIN baharu telah tamat
    .remedy = Tiada apa-apa berubah. Sila mula semula dengan e-mel anda untuk kod baharu.
problem-pin-reset-link-unknown = Pautan ini tidak dikenali
    .remedy = Sila buka pautan terus daripada e-mel, atau hubungi bantuan.
problem-pin-reset-not-waiting = Tiada PIN baharu yang sedang menunggu
    .remedy = Ia sudah dibatalkan, sudah berkuat kuasa atau telah diminta semula. Jika bukan anda yang memintanya, hubungi bantuan dengan segera.
problem-pin-reset-own = Ini PIN anda sendiri
    .remedy = Pegawai lain perlu membuat keputusan ini.
