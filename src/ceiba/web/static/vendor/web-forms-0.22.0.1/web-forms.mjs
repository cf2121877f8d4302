import{A as s,E as r,X as o,x as e}from"./chunk.mjs";export{o as OdkWebForm,s as createApp,e as h,r as webFormsPlugin};
