problem-database-busy = Sistem sedang sibuk
    .remedy = Tiada maklumat hilang. Sila cuba sekali lagi sebentar lagi.
problem-changed-meanwhile = Maklumat telah berubah
    .remedy = Sila muat semula halaman ini dan cuba sekali lagi.
problem-database-failed = Maklumat tidak dapat disimpan
    .remedy = Tiada perubahan dibuat. Sila cuba lagi; jika berterusan, hubungi bantuan dengan nombor rujukan ini.
