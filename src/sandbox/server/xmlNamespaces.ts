const NAMESPACES: Readonly<Record<string, string>> = {
  arc: 'http://nrg.wustl.edu/arc',
  cat: 'http://nrg.wustl.edu/catalog',
  ext: 'http://nrg.wustl.edu/ext',
  pipe: 'http://nrg.wustl.edu/pipe',
  prov: 'http://www.nbirn.net/prov',
  scr: 'http://nrg.wustl.edu/scr',
  val: 'http://nrg.wustl.edu/val',
  wrk: 'http://nrg.wustl.edu/workflow',
  xdat: 'http://nrg.wustl.edu/security',
  xnat: 'http://nrg.wustl.edu/xnat',
  xnat_a: 'http://nrg.wustl.edu/xnat_assessments',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
};

/** Declarations of the server's XML documents, all of them on the root element. */
export const XML_NAMESPACES = Object.entries(NAMESPACES)
  .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
  .join(' ');
