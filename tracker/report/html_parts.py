"""The style and the script of the report's page, as they stand in it.

Colours follow the template's. The script hides what the filter leaves out and nothing else; without it all is shown.
"""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--paper:#fff;--text:#1f2933;--hint:#5b6673;--rule:#e5e7eb;--band:#f7f9fa;--accent:#1f6f6b;
--error:#b42318;--error-bg:#fdecea;--warning:#8a5a00;--warning-bg:#fff4d6;--info:#1f6f6b;--info-bg:#e4f0ef;
--good:#18794e;--good-bg:#e6f4ec}
@media (prefers-color-scheme:dark){:root{--paper:#14191e;--text:#e4e9ed;--hint:#9aa7b2;--rule:#2b343c;--band:#1b2228;
--accent:#6fc2bc;--error:#f5a39a;--error-bg:#3d1c19;--warning:#efc768;--warning-bg:#35290f;--info:#84cdc8;
--info-bg:#15302e;--good:#7fd1a0;--good-bg:#12301f}}
*{box-sizing:border-box}
body{margin:0 auto;padding:24px 20px 60px;max-width:1180px;background:var(--paper);color:var(--text);
font:15px/1.45 system-ui,"Segoe UI",Carlito,Calibri,sans-serif}
h1{margin:0 0 4px;font-size:25px;line-height:1.25}h2{margin:34px 0 8px;font-size:18px;overflow-wrap:anywhere}
h3{margin:22px 0 4px;font-size:15px;overflow-wrap:anywhere}h3 i{margin-left:10px;font-style:normal;font-weight:400;
color:var(--hint)}
h3 small{margin-left:6px;padding:0 7px;border-radius:9px;background:var(--band);border:1px solid var(--rule);
font-size:12px;font-weight:400}
header p{margin:0;color:var(--hint)}a{color:var(--accent)}.up{margin-left:10px;font-size:12px;font-weight:400}
table{width:100%;border-collapse:collapse}
th,td{padding:6px 12px 6px 0;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top;
overflow-wrap:anywhere;unicode-bidi:isolate}
th{color:var(--hint);font-size:13px;font-weight:600}.n{text-align:right;white-space:nowrap;
font-variant-numeric:tabular-nums;padding-right:22px}
.files td:first-child{width:46%}.files td{overflow-wrap:normal}.files a{overflow-wrap:anywhere}.wide{overflow-x:auto}
.files td.d,th{white-space:nowrap}.rules table{width:auto}
.kind table{table-layout:fixed}.kind td{width:42%}.kind .at{width:20%;font-weight:600;font-variant-numeric:tabular-nums}
.kind .do{width:38%;padding-right:0;color:var(--hint)}.kind{content-visibility:auto;contain-intrinsic-size:auto 120px}
.state{display:inline-block;margin:0;padding:3px 10px;border-radius:6px}
.b{display:inline-block;min-width:66px;padding:1px 8px;border-radius:6px;font-size:13px;font-weight:600;
text-align:center}
.b.error,.state.error{background:var(--error-bg);color:var(--error)}
.b.warning,.state.warning{background:var(--warning-bg);color:var(--warning)}
.b.info,.state.info{background:var(--info-bg);color:var(--info)}
.state.good{background:var(--good-bg);color:var(--good)}
tr.error .r{color:var(--error)}tr.warning .r{color:var(--warning)}tr.info .r{color:var(--info)}
tr.good .r{color:var(--good)}
form{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;margin:26px -20px 0;
padding:10px 20px;background:var(--paper);border-bottom:1px solid var(--rule)}
form[hidden],[hidden]{display:none}
select,input[type=search]{max-width:260px;padding:5px 8px;border:1px solid var(--hint);border-radius:6px;
background:var(--paper);color:var(--text);font:inherit}
input[type=checkbox]{accent-color:var(--accent)}form span{color:var(--hint)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
section.file{scroll-margin-top:110px}
@media (max-width:720px){.files th:nth-child(4),.files td:nth-child(4),.files th:nth-child(5),.files td:nth-child(5){
display:none}.n{padding-right:10px}body{padding:16px 14px 40px}form{position:static;margin:20px -14px 0;
padding:10px 14px}
.kind table,.kind tbody,.kind tr,.kind td{display:block;width:auto!important}.kind tr{padding:6px 0;
border-bottom:1px solid var(--rule)}.kind td{padding:1px 0;border:0}select,input[type=search]{max-width:100%}}
@media print{:root{color-scheme:light;--paper:#fff;--text:#000;--hint:#444;--rule:#ccc;--band:#fff;--accent:#000;
--error:#b42318;--error-bg:#fff;--warning:#8a5a00;--warning-bg:#fff;--info:#1f6f6b;--info-bg:#fff;--good:#18794e;
--good-bg:#fff}
body{max-width:none;padding:0;font-size:10pt}form,.up{display:none!important}a{text-decoration:none}
tr{break-inside:avoid}h2,h3{break-after:avoid}.b{border:1px solid}.kind{content-visibility:visible}@page{margin:14mm}}
"""

SCRIPT = """
(function(){"use strict";
var form=document.getElementById("filter"),out=document.getElementById("shown"),none=document.getElementById("none");
var files=[].map.call(document.querySelectorAll("section.file"),function(file){return{node:file,
kinds:[].map.call(file.querySelectorAll(".kind"),function(kind){return{node:kind,s:kind.dataset.s,c:kind.dataset.c,
head:kind.querySelector("h3").textContent.toLowerCase(),rows:[].map.call(kind.querySelectorAll("tr"),function(row){
return{node:row,n:+(row.dataset.n||1),text:""}})}})}});
function set(node,off){if(node.hidden!==off)node.hidden=off}
function words(kind,row){return row.text||(row.text=kind.head+" "+row.node.textContent.toLowerCase())}
function show(){
var levels=[].map.call(form.querySelectorAll("[name=s]:checked"),function(box){return box.value});
var code=form.elements.c.value,file=form.elements.f?form.elements.f.value:"",count=0;
var query=form.elements.q.value.trim().toLowerCase(),narrow=!!(query||code||file);
narrow=narrow||levels.length<form.querySelectorAll("[name=s]").length;
files.forEach(function(one){var here=0,named=!file||one.node.id===file;
one.kinds.forEach(function(kind){var met=0,may=named&&levels.indexOf(kind.s)>=0&&(!code||code===kind.c);
if(may)kind.rows.forEach(function(row){var hit=!query||words(kind,row).indexOf(query)>=0;
set(row.node,!hit);if(hit)met+=row.n});
set(kind.node,!met);here+=met});
set(one.node,narrow&&!here);count+=here});
out.textContent=count.toLocaleString(document.documentElement.lang);set(none,count>0)}
var wait;
function later(){clearTimeout(wait);wait=setTimeout(show,120)}
form.addEventListener("input",later);form.addEventListener("submit",function(event){event.preventDefault();show()});
form.hidden=false;show();
})();
"""
