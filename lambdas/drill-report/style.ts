/** Of the report: light and dark, a phone and a wall, a screen and paper. */
export const style = `
:root{--ink:#1b1f24;--soft:#57606a;--paper:#fff;--panel:#f6f8fa;--line:#d0d7de;--good:#1a7f37;--bad:#cf222e;--goal:#9a6700}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--paper:#0d1117;--panel:#161b22;--line:#30363d;--good:#3fb950;--bad:#ff7b72;--goal:#d29922}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
header,main{max-width:72rem;margin:0 auto;padding:1.25rem}
header{border-left:.5rem solid var(--good);margin-top:1.25rem}
header.failed{border-color:var(--bad)}
header p{margin:.2rem 0;color:var(--soft)}
.verdict{font-size:1.1rem;font-weight:700;color:var(--good)!important}
.failed .verdict{color:var(--bad)!important}
h1{margin:0;font-size:1.7rem;line-height:1.2}
h2{font-size:1.15rem;margin:2rem 0 .75rem}
h3{font-size:1rem;margin:0}
h3 small{font-weight:400;color:var(--soft)}
.reasons li,.warnings li{margin:.3rem 0}
.reasons{border:1px solid var(--bad);border-radius:.5rem;padding:0 1rem .5rem}
.tiles{display:flex;flex-wrap:wrap;gap:1rem;margin:0}
.tile{flex:1 1 15rem;background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:.9rem 1rem}
.tile dt{color:var(--soft)}
.tile dd{margin:0;font-size:1.9rem;font-weight:650;font-variant-numeric:tabular-nums}
.tile p{margin:.2rem 0 0;color:var(--soft);font-size:.9rem}
.tile.missed dd{color:var(--bad)}
table.steps{border-collapse:collapse;margin-top:1rem}
.steps caption{text-align:left;color:var(--soft);padding-bottom:.3rem}
.steps th,.steps td{text-align:left;font-weight:400;padding:.25rem 1.5rem .25rem 0;border-top:1px solid var(--line);font-variant-numeric:tabular-nums}
.checks{list-style:none;margin:0;padding:0}
.checks>li{border-top:1px solid var(--line);padding:.8rem 0}
.mark{font-size:.8rem;font-weight:700;color:var(--good);text-transform:uppercase;margin-right:.3rem}
.bad .mark{color:var(--bad)}
.checks dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.3rem 0}
.checks dt{color:var(--soft)}
.checks dd{margin:0;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--soft)}
pre{background:var(--panel);border:1px solid var(--line);border-radius:.4rem;padding:.7rem;overflow:auto;max-height:24rem;font-size:.8rem}
code{overflow-wrap:anywhere}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.5rem}
figure{margin:0}
figcaption{font-weight:600}
svg{width:100%;height:auto}
svg text{font:11px system-ui,sans-serif;fill:var(--soft)}
.tick{text-anchor:end}.last{text-anchor:end}.objective-text{text-anchor:end;fill:var(--goal)!important}.none{text-anchor:middle}
.grid{stroke:var(--line)}.objective{stroke:var(--goal);stroke-dasharray:5 4;stroke-width:1.5}
rect.good{fill:var(--good)}rect.bad{fill:var(--bad)}
@media (max-width:32rem){.checks dl{grid-template-columns:1fr}.checks dt{margin-top:.3rem}}
@media print{body{font-size:11pt}details{display:none}}
`;
