// Go on to the page with what was asked for. A secret that stood after the # of this address goes with it.

const link = document.getElementById("open");
const to = new URL(link.href);
to.hash = location.hash.slice(1) + to.hash.slice(1);
link.href = to.href;
location.replace(to.href);
