problem-timestamp-unavailable = Perkhidmatan cap masa tidak memberi respons
    .remedy = Tandatangan anda disimpan dan akan dilengkapkan dengan sendirinya apabila perkhidmatan pulih. Anda tidak perlu menandatangani semula.
problem-timestamp-refused = Perkhidmatan cap masa menolak permintaan
    .remedy = Tandatangan anda disimpan dan akan dilengkapkan setelah perkhidmatan dibetulkan. Anda tidak perlu menandatangani semula.
