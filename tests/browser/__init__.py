"""The pages as strangers judge them: a browser, axe, the HTML validator, Lighthouse."""
