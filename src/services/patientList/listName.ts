/** Name of the list in its folder, that of the original client (GIFT-Cloud reference, 7.4). */
export const listName = 'GiftCloudPatientList.xlsx';
