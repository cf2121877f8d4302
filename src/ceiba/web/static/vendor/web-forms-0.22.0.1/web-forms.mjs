import{A as s,C as r,V as o,x as e}from"./chunk.mjs";export{o as OdkWebForm,s as createApp,e as h,r as webFormsPlugin};
