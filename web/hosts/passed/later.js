addEventListener("load", () => heard.push("file: load"));
