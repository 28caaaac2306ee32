window.said = "said";
