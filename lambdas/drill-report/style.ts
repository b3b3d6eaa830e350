/** Of the report: light and dark, a phone and a wall, a screen and paper. */
export const style = `
:root{--ink:#1c2128;--soft:#57606a;--paper:#fff;--panel:#f6f8fa;--line:#d8dee4;--good:#1a7f37;--good-bg:#e6f4ea;--bad:#cf222e;--bad-bg:#ffebe9;--goal:#8a5a00;--goal-bg:#fff4d6;--step0:#0550ae;--step1:#218bff;--step2:#1a7f37;--step3:#8a5a00}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--paper:#0d1117;--panel:#161b22;--line:#30363d;--good:#56d364;--good-bg:#12261a;--bad:#ff7b72;--bad-bg:#2d1518;--goal:#e3b341;--goal-bg:#2b2110;--step0:#388bfd;--step1:#79c0ff;--step2:#56d364;--step3:#e3b341}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;color:var(--ink);background:var(--paper)}
header,main,footer{max-width:74rem;margin:0 auto;padding:0 1.25rem}
header{display:flex;flex-wrap:wrap;align-items:center;gap:1rem 1.5rem;padding-top:2rem}
.verdict{margin:0;padding:.45rem 1.1rem;border-radius:2rem;font-weight:700;font-size:1.15rem;color:var(--good);background:var(--good-bg);border:1px solid currentColor}
.failed .verdict{color:var(--bad);background:var(--bad-bg)}
.open .verdict{color:var(--goal);background:var(--goal-bg)}
header>div{flex:1 1 18rem}
h1{margin:0;font-size:1.8rem;line-height:1.2;letter-spacing:-.01em;overflow-wrap:anywhere}
.words{margin:.25rem 0 0;color:var(--soft)}
h2{font-size:1.2rem;margin:2.5rem 0 .8rem;letter-spacing:-.005em}
h3{font-size:1rem;margin:0}
.soft{color:var(--soft)}
p.soft{margin:-.4rem 0 .8rem}
.reasons,.warnings{border-left:.3rem solid var(--bad);background:var(--bad-bg);border-radius:.4rem;padding:.1rem 1.1rem .7rem;margin-top:2rem}
.warnings{border-color:var(--goal);background:var(--goal-bg)}
.reasons h2,.warnings h2{margin:.8rem 0 .4rem}
.reasons ul,.warnings ul{margin:0;padding-left:1.2rem}
.reasons li,.warnings li{margin:.25rem 0;overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,14rem),1fr));gap:1rem;margin:0}
.tile{background:var(--panel);border:1px solid var(--line);border-radius:.6rem;padding:.9rem 1.1rem}
.tile dt{color:var(--soft);font-size:.92rem}
.tile dd{margin:.1rem 0;font-size:1.9rem;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums}
.tile p{margin:.2rem 0 0;color:var(--soft);font-size:.88rem}
.tile.missed dd,.tile.missed .goal{color:var(--bad)}
.gauge{height:.35rem;border-radius:1rem;background:var(--line);margin-top:.7rem;overflow:hidden}
.gauge i{display:block;height:100%;background:var(--good)}
.missed .gauge i{background:var(--bad)}
.course{display:flex;gap:2px;height:.8rem;border-radius:1rem;overflow:hidden;margin-top:1.4rem;background:var(--panel)}
.course i{min-width:3px}
.step0{background:var(--step0)}.step1{background:var(--step1)}.step2{background:var(--step2)}.step3{background:var(--step3)}
.steps{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:.7rem 0 0;padding:0;font-size:.92rem}
.steps i{display:inline-block;width:.7rem;height:.7rem;border-radius:.2rem;margin-right:.45rem}
.steps b{font-weight:600}.steps span{color:var(--soft);font-variant-numeric:tabular-nums}
.facts{margin:0;border:1px solid var(--line);border-radius:.6rem;overflow:hidden}
.facts div{display:grid;grid-template-columns:12rem 1fr;gap:.2rem 1rem;padding:.5rem 1.1rem}
.facts div+div{border-top:1px solid var(--line)}
.facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere}
.signatures{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem}
.signatures li{border:1px solid var(--line);border-top:.25rem solid var(--good);border-radius:.6rem;padding:.8rem 1.1rem;background:var(--panel)}
.signatures .reject{border-top-color:var(--bad)}.signatures .open{border-top-color:var(--goal)}
.signatures h3 span{font-weight:600;font-size:.85rem;color:var(--good);margin-left:.4rem}
.signatures .reject h3 span{color:var(--bad)}.signatures .open h3 span{color:var(--goal)}
.signatures blockquote{margin:.5rem 0;padding:0 0 0 .8rem;border-left:.2rem solid var(--line);overflow-wrap:anywhere}
.signatures dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem .9rem;margin:.5rem 0 0;font-size:.9rem}
.signatures dt{color:var(--soft)}.signatures dd{margin:0;overflow-wrap:anywhere}
.checks{border:1px solid var(--line);border-radius:.6rem;overflow:hidden}
.checks details+details{border-top:1px solid var(--line)}
.checks summary{display:grid;grid-template-columns:9.5rem 1fr max-content;gap:.2rem 1rem;padding:.55rem 1.1rem;cursor:pointer;list-style:none;align-items:baseline}
.checks summary::-webkit-details-marker{display:none}
.checks summary:hover{background:var(--panel)}
.checks summary:focus-visible{outline:2px solid var(--step1);outline-offset:-2px}
.mark{font-size:.85rem;font-weight:650;color:var(--good)}
.mark::before{content:"\\2713\\00a0\\00a0"}
.bad .mark{color:var(--bad)}.bad .mark::before{content:"\\2715\\00a0\\00a0"}
.warned .mark{color:var(--goal)}.warned .mark::before{content:"!\\00a0\\00a0"}
details.bad{background:var(--bad-bg)}
summary .soft{font-size:.85rem;font-variant-numeric:tabular-nums}
.inside{padding:0 1.1rem .9rem}
.inside dl{display:grid;grid-template-columns:9.5rem 1fr;gap:.2rem 1rem;margin:.2rem 0}
.inside dt{color:var(--soft);font-size:.92rem}
.inside dd{margin:0;overflow-wrap:anywhere}
pre{background:var(--paper);border:1px solid var(--line);border-radius:.4rem;padding:.7rem;overflow:auto;max-height:22rem;font-size:.78rem;line-height:1.4}
code{font-size:.9em;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.45rem .8rem;border-bottom:1px solid var(--line);font-weight:400;white-space:nowrap}
thead th{color:var(--soft);font-size:.88rem}
th:first-child{text-align:left;font-weight:550}
tr.bad td,tr.bad th{color:var(--bad)}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.5rem}
figure{margin:0;border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem .4rem}
figcaption{font-weight:600;font-size:.95rem;margin-bottom:.3rem}
svg{width:100%;height:auto;display:block}
svg text{font:13px system-ui,sans-serif;fill:var(--soft)}
.tick{text-anchor:end}.last{text-anchor:end}.objective-text{text-anchor:end;fill:var(--goal)!important;paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}.none{text-anchor:middle}
.grid{stroke:var(--line)}.objective{stroke:var(--goal);stroke-dasharray:5 4;stroke-width:1.5}
rect.good{fill:var(--good)}rect.bad{fill:var(--bad)}
footer{margin:3rem auto;color:var(--soft);font-size:.88rem}
footer p{border-top:1px solid var(--line);padding-top:1rem}
@media (max-width:40rem){h1{font-size:1.4rem}header{padding-top:1.2rem}.facts div,.inside dl{grid-template-columns:1fr}.inside dt{margin-top:.3rem}.checks summary{grid-template-columns:1fr max-content}.checks .mark{grid-column:1/-1}.signatures dl{grid-template-columns:1fr}}
@media print{body{font-size:10.5pt}pre{max-height:none}details,figure,.tile{break-inside:avoid}}
`;
