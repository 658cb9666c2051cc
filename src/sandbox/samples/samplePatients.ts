import { chinese, cyrillic, greek, japanese, latin1, utf8, type TextEncoding } from './textEncodings.js';

/** An invented person. Any likeness to a living one is chance. */
export interface SamplePatient {
  /** First number of all UIDs of this patient. */
  readonly number: number;
  /** Patient's Name (0010,0010), with ideographic and phonetic groups where the script has them. */
  readonly name: string;
  readonly birthName: string;
  readonly id: string;
  readonly otherId: string;
  readonly issuer: string;
  readonly birthDate: string;
  readonly sex: 'F' | 'M';
  readonly age: string;
  readonly address: string;
  readonly phone: string;
  readonly encoding: TextEncoding;
  /** How careless people name folders: after the patient. */
  readonly folder: string;
  readonly referrer: string;
  readonly radiologist: string;
  readonly operator: string;
  readonly institution: string;
  readonly institutionAddress: string;
}

export interface SamplePatients {
  readonly whitfield: SamplePatient;
  readonly luedenscheidt: SamplePatient;
  readonly sasaki: SamplePatient;
  readonly wang: SamplePatient;
  readonly ivanova: SamplePatient;
  readonly kim: SamplePatient;
  readonly papadopoulos: SamplePatient;
}

/** The patients of the samples; a function because the tables of their character sets are made when needed. */
export function samplePatients(): SamplePatients {
  return {
    whitfield: {
      number: 101,
      name: 'Whitfield^Margaret^Anne^Mrs',
      birthName: 'Okonkwo^Margaret',
      id: 'RNOH-4471920',
      otherId: '943 476 5919',
      issuer: 'RIVERSIDE HOSPITAL',
      birthDate: '19480307',
      sex: 'F',
      age: '075Y',
      address: '14 Larkspur Close, Upper Dunmere',
      phone: '+44 20 7946 0817',
      encoding: latin1,
      folder: 'Whitfield_Margaret',
      referrer: 'Abernathy^Colin^^Dr',
      radiologist: 'Castellano^Ruth^^Dr',
      operator: 'Pemberton^Joy',
      institution: 'Riverside General Hospital',
      institutionAddress: '1 Quayside, Upper Dunmere',
    },
    luedenscheidt: {
      number: 102,
      name: 'Müller-Lüdenscheidt^Jörg',
      birthName: 'Größwang^Jörg',
      id: '0008812734',
      otherId: 'V774391205',
      issuer: 'KH SANKT ÄGIDIUS',
      birthDate: '19710922',
      sex: 'M',
      age: '051Y',
      address: 'Fährgäßchen 7, 99999 Schönbrück',
      phone: '+49 30 23125 481',
      encoding: latin1,
      folder: 'Müller-Lüdenscheidt, Jörg',
      referrer: 'Öttinger^Käthe^^Dr. med.',
      radiologist: 'Weißmüller^Anselm^^Prof. Dr.',
      operator: 'Jäger^Lore',
      institution: 'Krankenhaus Sankt Ägidius Schönbrück',
      institutionAddress: 'Domplatz 3, 99999 Schönbrück',
    },
    sasaki: {
      number: 103,
      name: 'Sasaki^Hanako=佐々木^花子=ささき^はなこ',
      birthName: 'Tanaka^Hanako=田中^花子=たなか^はなこ',
      id: 'JP-30517-88',
      otherId: '7726610394',
      issuer: 'MINATOGAWA',
      birthDate: '19830511',
      sex: 'F',
      age: '039Y',
      address: '架空市港川町三丁目',
      phone: '+81 3 5550 0142',
      encoding: japanese(),
      folder: '佐々木花子',
      referrer: 'Kimura^Naoko=木村^直子=きむら^なおこ',
      radiologist: 'Takeda^Yumi=武田^由美=たけだ^ゆみ',
      operator: 'Nakamura^Dai=中村^大=なかむら^だい',
      institution: '港川総合病院',
      institutionAddress: '架空市港川町一丁目',
    },
    wang: {
      number: 104,
      name: 'Wang^Xiaodong=王^小东',
      birthName: 'Wang^Xiaodong=王^小东',
      id: 'CN20230417007',
      otherId: '110101198808080053',
      issuer: 'DONGHU',
      birthDate: '19880808',
      sex: 'M',
      age: '034Y',
      address: '虚构市东湖区梧桐路十八号',
      phone: '+86 10 5555 0188',
      encoding: chinese(),
      folder: 'Wang Xiaodong',
      referrer: 'Zhao^Lihua=赵^丽华',
      radiologist: 'Chen^Guoqiang=陈^国强',
      operator: 'Liu^Yan=刘^燕',
      institution: '东湖人民医院',
      institutionAddress: '虚构市东湖区中山路一号',
    },
    ivanova: {
      number: 105,
      name: 'Вересаева^Лидия^Аркадьевна',
      birthName: 'Телегина^Лидия',
      id: 'RU/77/000451',
      otherId: '112-233-445 95',
      issuer: 'GKB-199',
      birthDate: '19560130',
      sex: 'F',
      age: '067Y',
      address: 'г. Вымышленск, ул. Садовая, 12',
      phone: '+7 495 555 01 77',
      encoding: cyrillic(),
      folder: 'Вересаева Лидия',
      referrer: 'Громов^Пётр',
      radiologist: 'Яковлева^Нина',
      operator: 'Сухов^Олег',
      institution: 'Городская больница 199',
      institutionAddress: 'г. Вымышленск, пл. Мира, 1',
    },
    kim: {
      number: 106,
      name: 'Kim^Seo-yeon=金^瑞姸=김^서연',
      birthName: 'Kim^Seo-yeon=金^瑞姸=김^서연',
      id: 'KR55120983',
      otherId: '930214-2550142',
      issuer: 'HANBIT',
      birthDate: '19930214',
      sex: 'F',
      age: '030Y',
      address: '가상시 한빛구 느티로 27',
      phone: '+82 2 555 0127',
      encoding: utf8,
      folder: 'KIM_SEO-YEON_KR55120983',
      referrer: 'Park^Ji-hoon=朴^志勳=박^지훈',
      radiologist: 'Choi^Min-ji=崔^敏智=최^민지',
      operator: 'Han^Do-yun=韓^度允=한^도윤',
      institution: '한빛여성병원',
      institutionAddress: '가상시 한빛구 중앙로 1',
    },
    papadopoulos: {
      number: 107,
      name: 'Παπαγεωργίου^Στέφανος',
      birthName: 'Παπαγεωργίου^Στέφανος',
      id: 'GR-0090221',
      otherId: '03117900221',
      issuer: 'AGIA SOFIA',
      birthDate: '19790311',
      sex: 'M',
      age: '044Y',
      address: 'Οδός Μύλου 5, Φανταστικό',
      phone: '+30 21 5550 0165',
      encoding: greek(),
      folder: 'Παπαγεωργίου',
      referrer: 'Νικολάου^Ελένη',
      radiologist: 'Βλάχος^Γιώργος',
      operator: 'Καρρά^Μαρία',
      institution: 'Νοσοκομείο Αγία Σοφία',
      institutionAddress: 'Πλατεία Λιμανιού 2',
    },
  };
}
