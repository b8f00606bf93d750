/** Shown while the dashboard starts; asks again by itself. */
export const startingPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="2">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Zeropoint is starting</title>
<style>
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; display: grid; place-items: center; min-height: 100vh; margin: 0 }
  main { max-width: 28rem; padding: 2rem; text-align: center }
  p { opacity: .7 }
</style>
</head>
<body><main><h1>Zeropoint is starting</h1><p>The dashboard is not ready yet. This page reloads by itself.</p></main></body>
</html>
`;
