/** `import "./x.css"` puts the file into the page's style sheet; `?inline` gives its minified text, for a shadow root. */
declare module "*.css?inline" {
  const text: string;
  export default text;
}
declare module "*.css";
